<?php
/**
 * The configuration of WordPress: constants from the file beside the document root.
 *
 * They are read anew for each request, so that a test can change one while WordPress runs.
 */

$linkback_settings = json_decode( file_get_contents( dirname( __DIR__ ) . '/settings.json' ), true );
foreach ( $linkback_settings as $linkback_name => $linkback_value ) {
	define( $linkback_name, $linkback_value );
}
$table_prefix = 'wp_';

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
