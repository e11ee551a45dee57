"""Addresses of signing in that need a password first; included under `workspace/`."""

from django.urls import path

from schools.signin import mail_views, views

app_name = "signin"
urlpatterns = [
    path("sign-in/", views.mine, name="mine"),
    path("sign-in/code/", views.ask_code, name="code"),
    path("sign-in/set-up/", views.set_up, name="set_up"),
    path("sign-in/codes/", views.codes, name="codes"),
    path("sign-in/codes/new/", views.renew_codes, name="renew_codes"),
    path("sign-in/turn-off/", views.turn_off, name="turn_off"),
    path("sign-in/password/", views.password_again, name="password_again"),
    path("sign-in/elsewhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("sign-in/mail/", mail_views.own_address, name="mail"),
    path("sign-in/mail/<str:token>/", mail_views.confirm, name="mail_confirm"),
    path("sign-in/slips/", views.slips, name="slips"),
    path("sign-in/people/<uuid:uuid>/", views.person, name="person"),
    path("sign-in/people/<uuid:uuid>/<slug:deed>/", views.act, name="act"),
]
