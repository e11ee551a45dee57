from django.apps import AppConfig


class NinthKindConfig(AppConfig):
    name = "tests.ninth_kind"
    label = "ninth_kind"
