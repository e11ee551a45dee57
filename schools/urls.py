"""Addresses of the account; included under `accounts/`."""

from django.urls import path

from schools import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/", views.NewPassword.as_view(), name="password_change"),
    path("terms/", views.terms, name="terms"),
]
