"""How production keeps static files."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed, and named by their content, also where one script imports another: no module is loaded twice."""

    support_js_module_import_aggregation = True
