"""nginx and PHP's FPM, as they serve blogs everywhere, but private and on loopback."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from tests.interop.packages import Unavailable, php_fpm, program
from tests.interop.processes import end
from tests.support import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.interop.processes import Account

_ATTEMPTS = 5
_WORKERS = 16
"""Requests at a time: an accepted pingback sleeps for a second in one of them."""

_PHP_FPM = """\
[global]
pid = {folder}/php-fpm.pid
error_log = {folder}/php-fpm.log
daemonize = yes

[blog]
listen = {folder}/php-fpm.sock
pm = ondemand
pm.max_children = {workers}
pm.process_idle_timeout = 60s
php_admin_value[error_log] = {folder}/php.log
php_admin_value[sendmail_path] = /bin/true
php_admin_value[upload_tmp_dir] = {folder}
php_admin_value[session.save_path] = {folder}
"""

_NGINX = """\
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_processes 2;
daemon on;

events {{
    worker_connections 256;
}}

http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    proxy_temp_path {folder}/nginx-proxy;
    scgi_temp_path {folder}/nginx-scgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    # What is too long is for WordPress to say.
    client_max_body_size 32m;
    default_type application/octet-stream;
    types {{
        text/html html;
        text/css css;
        text/javascript js;
        image/png png;
        image/svg+xml svg;
    }}

    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
        index index.php;

        location / {{
            try_files $uri $uri/ /index.php?$args;
        }}

        location ~ [^/]\\.php(/|$) {{
            fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
            if (!-f $document_root$fastcgi_script_name) {{
                return 404;
            }}
            fastcgi_pass unix:{folder}/php-fpm.sock;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param SCRIPT_NAME $fastcgi_script_name;
            fastcgi_param PATH_INFO $fastcgi_path_info;
            fastcgi_param DOCUMENT_ROOT $document_root;
            fastcgi_param DOCUMENT_URI $document_uri;
            fastcgi_param REQUEST_URI $request_uri;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param REQUEST_SCHEME $scheme;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param GATEWAY_INTERFACE CGI/1.1;
            fastcgi_param SERVER_PROTOCOL $server_protocol;
            fastcgi_param SERVER_SOFTWARE nginx/$nginx_version;
            fastcgi_param SERVER_ADDR $server_addr;
            fastcgi_param SERVER_PORT $server_port;
            fastcgi_param SERVER_NAME 127.0.0.1;
            fastcgi_param REMOTE_ADDR $remote_addr;
            fastcgi_param REMOTE_PORT $remote_port;
            fastcgi_param REDIRECT_STATUS 200;
            # A header of this name must not become the proxy of WordPress's own requests.
            fastcgi_param HTTP_PROXY "";
        }}
    }}
}}
"""


def start(folder: Path, account: Account) -> int:
    """Serve the folder `site` in `folder` on a free port of 127.0.0.1, and return the port.

    Both servers go to the background, and listen when this returns; `stop` ends them. Raises
    `Unavailable` with the last thing a server said, where it does not start.
    """
    configuration = folder / "php-fpm.conf"
    configuration.write_text(_PHP_FPM.format(folder=folder, workers=_WORKERS))
    account.run([php_fpm(), "--fpm-config", str(configuration)], folder=folder)
    try:
        return _start_nginx(folder, account)
    except Unavailable:
        end(folder / "php-fpm.pid")
        raise


def stop(folder: Path) -> None:
    """End both servers of a folder, and wait until they are gone."""
    for name in ("nginx", "php-fpm"):
        end(folder / f"{name}.pid")


def _start_nginx(folder: Path, account: Account) -> int:
    configuration, pid_file = folder / "nginx.conf", folder / "nginx.pid"
    command = [program("nginx"), "-e", str(folder / "nginx.log"), "-c", str(configuration)]
    for attempt in range(1, _ATTEMPTS + 1):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        configuration.write_text(_NGINX.format(folder=folder, port=port))
        try:
            account.run(command, folder=folder)
        except Unavailable as error:
            # Somebody else may have taken the port since it was found free.
            if attempt == _ATTEMPTS or "bind()" not in str(error):
                raise
        else:
            # It listens already; its number, without which it could not be ended, comes later.
            wait_until(lambda: pid_file.exists() and pid_file.read_text().endswith("\n"))
            return port
    raise AssertionError
