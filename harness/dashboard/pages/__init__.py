"""The wall's pages: HTML from the templates in `html/`, styles and scripts in `filer/`."""
