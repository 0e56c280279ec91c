<?php
/**
 * Plugin Name: Linkback conformance
 * Description: Lets WordPress be tried on loopback, and shows the owner every ping. All else stays as shipped.
 *
 * Constants, from wp-config.php:
 *   LINKBACK_OBSERVE_TOKEN  what has to be given to see the list of pings
 *   LINKBACK_SHOW_FAULTS    whether the true codes of pingback faults are sent (as shipped: no)
 *
 * @package linkback-conformance
 */

namespace Linkback\Conformance;

use WP_Error;

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

/*
 * WordPress permits fetches from the host of its own home page, which is 127.0.0.1 here, but only at
 * the web's ports and its own. The ports are opened on that host alone; every other address of
 * loopback stays refused by the rules as shipped.
 */
add_filter(
	'http_allowed_safe_ports',
	static function ( $ports, $host, $url ) {
		$port = wp_parse_url( $url, PHP_URL_PORT );
		return '127.0.0.1' === $host && $port ? array_merge( $ports, array( $port ) ) : $ports;
	},
	10,
	3
);

/*
 * Nothing leaves this machine. Literal addresses of loopback pass, so that the rules as shipped
 * decide about them; other hosts are refused by name, without asking a resolver.
 */
add_filter(
	'pre_http_request',
	static function ( $response, $arguments, $url ) {
		$host     = trim( (string) wp_parse_url( $url, PHP_URL_HOST ), '[]' );
		$loopback = 'localhost' === strtolower( $host ) || '::1' === $host
			|| ( 0 === strpos( $host, '127.' ) && filter_var( $host, FILTER_VALIDATE_IP ) );
		if ( $loopback ) {
			return $response;
		}
		return new WP_Error( 'http_request_not_executed', 'Only loopback can be reached from here.' );
	},
	10,
	3
);

add_filter( 'pre_wp_mail', '__return_false' );

/*
 * As shipped, the whole site takes one ping in fifteen seconds, from whomever it comes. This is the
 * innermost of the filters: WordPress ends the request before it asks wp_is_comment_flood again.
 */
add_filter( 'comment_flood_filter', '__return_false', 99 );

if ( defined( 'LINKBACK_SHOW_FAULTS' ) && LINKBACK_SHOW_FAULTS ) {
	remove_filter( 'xmlrpc_pingback_error', 'xmlrpc_pingback_error' );
}

/**
 * Return everything that was registered, published or not, oldest first.
 */
function linkbacks() {
	$found = get_comments(
		array(
			'type__in' => array( 'pingback', 'trackback' ),
			'status'   => 'any',
			'orderby'  => 'comment_ID',
			'order'    => 'ASC',
		)
	);
	return array_map(
		static function ( $comment ) {
			return array(
				'type'    => $comment->comment_type,
				'target'  => get_permalink( (int) $comment->comment_post_ID ),
				// An address is kept as it would be written in HTML.
				'source'  => html_entity_decode( $comment->comment_author_url, ENT_QUOTES | ENT_HTML5, 'UTF-8' ),
				'author'  => $comment->comment_author,
				'content' => $comment->comment_content,
				'status'  => wp_get_comment_status( $comment ),
			);
		},
		$found
	);
}

add_action(
	'init',
	static function () {
		$token = $_GET['linkback-observe'] ?? null;
		if ( ! is_string( $token ) || ! defined( 'LINKBACK_OBSERVE_TOKEN' )
			|| ! hash_equals( LINKBACK_OBSERVE_TOKEN, $token ) ) {
			return;
		}
		nocache_headers();
		header( 'Content-Type: application/json; charset=utf-8' );
		// Addresses are written as they are, so that they can be searched for.
		echo wp_json_encode(
			linkbacks(),
			JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRETTY_PRINT | JSON_INVALID_UTF8_SUBSTITUTE
		);
		exit;
	},
	99
);
