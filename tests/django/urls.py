"""The views of the tests' project."""

urlpatterns: list = []
