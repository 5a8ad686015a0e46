def handle(request):
    return None
