"""The package's own addresses beside the pages. Include them ahead of Wagtail's."""

from django.urls import URLPattern, URLResolver, path

from wagtail_rtop.correspondence.answers import show_answers
from wagtail_rtop.holds.public import list_retractions
from wagtail_rtop.previews.public import serve_file, show_preview
from wagtail_rtop.sign_in.views import SignInView, SignOutView


app_name = "wagtail_rtop"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", SignOutView.as_view(), name="sign_out"),
    # The address of Wagtail's own form, which has no limit on tries: what asks
    # Wagtail for a sign-in comes here too.
    path("_util/login/", SignInView.as_view(), name="wagtail_sign_in"),
    path("answers/", show_answers, name="answers"),
    path("retractions/", list_retractions, name="retractions"),
    path("preview/<str:token>/", show_preview, name="preview"),
    path("preview/<str:token>/files/<int:pk>/", serve_file, name="preview_file"),
]
