"""Prints pages of a demo with WebKitGTK itself, since its driver knows no such command: for the system's own Python.

    webkit_print.py <portal> <demo person's email> <folder> <paper> <address> …

Writes `<number>.pdf` for each address, on A4 `landscape` or `portrait`, and ends with 0 when all are printed.
"""

import sys
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402 after the versions were chosen

PATIENCE = 90  # seconds
REST = 2500  # milliseconds until a page stands still


class Printer:
    """Signs in with the person's button, then prints one address after another."""

    def __init__(self, portal: str, email: str, folder: str, paper: str, *addresses: str) -> None:
        self.portal, self.email, self.folder = portal, email, folder
        self.paper, self.addresses, self.done = paper, addresses, 0
        self.is_signed_in = False
        window = Gtk.OffscreenWindow()
        window.set_default_size(1440, 900)
        self.view = WebKit2.WebView.new_with_context(WebKit2.WebContext.new_ephemeral())
        window.add(self.view)
        window.show_all()
        self.view.connect("load-changed", self.loaded)
        self.view.load_uri(f"{portal}/esittely/")

    def loaded(self, view: Any, event: Any) -> None:
        if event != WebKit2.LoadEvent.FINISHED:
            return
        if "/esittely/" in view.get_uri():
            press = f"document.querySelector('form:has([name=email][value=\"{self.email}\"]) button').click()"
            view.evaluate_javascript(press, -1, None, None, None, None, None)
        elif not self.is_signed_in:
            self.is_signed_in = True
            view.load_uri(self.addresses[0])
        else:
            GLib.timeout_add(REST, self.print)

    def print(self) -> bool:
        settings, setup = Gtk.PrintSettings(), Gtk.PageSetup()
        settings.set(Gtk.PRINT_SETTINGS_OUTPUT_URI, f"file://{self.folder}/{self.done}.pdf")
        settings.set(Gtk.PRINT_SETTINGS_PRINTER, "Print to File")
        settings.set(Gtk.PRINT_SETTINGS_OUTPUT_FILE_FORMAT, "pdf")
        setup.set_paper_size(Gtk.PaperSize.new("iso_a4"))
        setup.set_orientation(getattr(Gtk.PageOrientation, self.paper.upper()))
        self.operation = WebKit2.PrintOperation.new(self.view)
        self.operation.set_print_settings(settings)
        self.operation.set_page_setup(setup)
        self.operation.connect("finished", self.printed)
        self.operation.print_()
        return False

    def printed(self, _operation: Any) -> None:
        self.done += 1
        if self.done == len(self.addresses):
            Gtk.main_quit()
        else:
            self.view.load_uri(self.addresses[self.done])


if __name__ == "__main__":
    printer = Printer(*sys.argv[1:])
    GLib.timeout_add_seconds(PATIENCE, Gtk.main_quit)
    Gtk.main()
    sys.exit(printer.done != len(printer.addresses))
