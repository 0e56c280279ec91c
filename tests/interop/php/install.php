<?php
/**
 * Installs WordPress without a browser, and writes the posts that tests link to.
 *
 * Standard input: JSON with `title`, `user`, `email` and `password`. Standard output: JSON with
 * `version` and `posts`, the address of each post by name.
 */

define( 'WP_INSTALLING', true );
require dirname( __DIR__ ) . '/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

$asked = json_decode( stream_get_contents( STDIN ), true );
wp_install( $asked['title'], $asked['user'], $asked['email'], true, '', $asked['password'] );

global $wp_rewrite;
$wp_rewrite->set_permalink_structure( '/%year%/%monthnum%/%day%/%postname%/' );
$wp_rewrite->flush_rules( false );

$posts = array(
	'target'        => array( 'post_title' => 'A good post' ),
	'second_target' => array( 'post_title' => 'Another post' ),
	'closed_target' => array(
		'post_title'  => 'An old post',
		'ping_status' => 'closed',
	),
	'draft_target'  => array(
		'post_title'  => 'Not yet a post',
		'post_status' => 'draft',
	),
	'page_target'   => array(
		'post_title' => 'About',
		'post_type'  => 'page',
	),
);
$common = array(
	'post_author'  => 1,
	'post_content' => '<p>Words that somebody may want to answer.</p>',
	'post_status'  => 'publish',
	'ping_status'  => 'open',
);

$addresses = array();
foreach ( $posts as $name => $post ) {
	$id = wp_insert_post( $post + $common, true );
	if ( is_wp_error( $id ) ) {
		fwrite( STDERR, $name . ': ' . $id->get_error_message() );
		exit( 1 );
	}
	$addresses[ $name ] = get_permalink( $id );
}
// Nothing links anywhere yet, so there is nothing to send.
wp_clear_scheduled_hook( 'do_pings' );
delete_metadata( 'post', 0, '_pingme', '', true );

echo wp_json_encode(
	array(
		'version' => get_bloginfo( 'version' ),
		'posts'   => $addresses,
	)
);
