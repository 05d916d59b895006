"""The door through which an audience leaves as a file: for supervisors who may export."""

import csv
import io

from xlsxwriter import Workbook

from odoo import http
from odoo.exceptions import AccessError, MissingError
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
        try:
            rows = list(audience._read_file_rows())
        except (AccessError, MissingError) as error:
            raise request.not_found() from error
        content = self._write_csv(rows) if kind == "csv" else self._write_xlsx(rows)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", _TYPES[kind]),
                ("Content-Disposition", content_disposition(f"{audience.name}.{kind}")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    @staticmethod
    def _write_csv(rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        # (the mark lets a spreadsheet see that it is UTF-8)
        return text.getvalue().encode("utf-8-sig")

    @staticmethod
    def _write_xlsx(rows):
        stream = io.BytesIO()
        with Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value)
        return stream.getvalue()
