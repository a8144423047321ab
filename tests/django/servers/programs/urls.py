from django.http import JsonResponse
from django.urls import path


def orders(request):
    return JsonResponse({"tea": 1, "cookie": request.COOKIES.get("session")})


def order(request, number):
    return JsonResponse({"number": number, "method": request.method})


def session(request):
    answer = JsonResponse({"hello": "ada"})
    answer.set_cookie("session", "s3cret", secure=True, httponly=True, samesite="Lax")
    return answer


def failure(request):
    return JsonResponse(1 / 0)


urlpatterns = [
    path("api/orders/", orders),
    path("api/orders/<int:number>/", order),
    path("api/session/", session),
    path("api/failure/", failure),
]
