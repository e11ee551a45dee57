"""Addresses of the account; included under `accounts/`."""

from django.urls import path

from schools import views
from schools.signin import mail_views
from schools.signin.views import invitation

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/", views.NewPassword.as_view(), name="password_change"),
    path("invitation/<slug:token>/", invitation, name="invitation"),
    path("forgotten/", mail_views.forgotten, name="forgotten"),
    path("terms/", views.terms, name="terms"),
]
