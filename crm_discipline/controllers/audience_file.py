"""The door through which an audience leaves as a file: for supervisors who may export."""

import csv
import io
from tempfile import TemporaryFile

from werkzeug.exceptions import BadRequest
from werkzeug.wsgi import wrap_file
from xlsxwriter import Workbook

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class AudienceFileController(http.Controller):
    @http.route(
        "/crm_discipline/audience/<int:audience_id>/<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def download(self, audience_id, kind):
        """Answer with the clients of an audience; 404 for what the user may not see or export."""
        audience = request.env["crm.audience"].browse(audience_id).exists()
        if kind not in _TYPES or not audience:
            raise request.not_found()
        # (in a file: a long list has no place in the server's memory)
        content = TemporaryFile()  # noqa: SIM115 -- the answer closes it
        try:
            audience._check_fits(kind)
            getattr(self, f"_write_{kind}")(audience._read_file_rows(), content)
        except (AccessError, MissingError) as error:
            raise request.not_found() from error
        except UserError as error:
            raise BadRequest(str(error)) from error
        size = content.tell()
        content.seek(0)
        response = request.make_response(
            wrap_file(request.httprequest.environ, content),
            headers=[
                ("Content-Type", _TYPES[kind]),
                ("Content-Length", str(size)),
                ("Content-Disposition", content_disposition(f"{audience.name}.{kind}")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        response.direct_passthrough = True
        return response

    @staticmethod
    def _write_csv(rows, content):
        # (the mark lets a spreadsheet see that it is UTF-8)
        text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="", write_through=True)
        csv.writer(text).writerows(rows)
        text.detach()

    @staticmethod
    def _write_xlsx(rows, content):
        with Workbook(content, {"constant_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value)
        content.seek(0, io.SEEK_END)
