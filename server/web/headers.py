"""What browsers are told with every answer, and what this server believes of proxies.

Pages are full of people's data, so nothing but our own files may run in them, no other
site may frame them, and no cache may keep them.
"""

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from server.web.security import FILES

# data: is for QR codes and the arrows inside Bootstrap's CSS.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # CSRF protection behind https compares the referrer with our own address.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Cookies, proxies and headers of every answer."""
    is_secure = app.config["SECURE_COOKIES"]
    app.config.update(
        SESSION_COOKIE_NAME="ra_soat",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
    )
    trusted = app.config["TRUSTED_PROXIES"]
    if trusted:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=trusted,
            x_proto=trusted,
            x_host=trusted,
            x_port=trusted,
            x_prefix=trusted,
        )

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        if request.endpoint in FILES and response.status_code < 400:
            _keep(response)
        elif not response.cache_control.private:  # a view that says so knows better
            response.headers["Cache-Control"] = "no-store"
        return response


def _keep(response: Response) -> None:
    """Addresses of our own files carry their hash, so they may be kept for ever."""
    if "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
