import jinja2


async def on_fetch(request, env):
    return jinja2.Template("x")
