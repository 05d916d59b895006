"""An audience as a file, for a printing house or another mailer."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

COLUMNS = (
    "name", "parent_id", "street", "street2", "zip", "city", "country_id", "phone", "email",
)  # fmt: skip
# As many clients are read at a time.
_CHUNK = 2_000
# As many clients go into a spreadsheet, below the heading.
SHEET_ROWS = 2**20 - 1
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


# what leaves the house is a concept of its own
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    @api.model
    def _check_may_export(self):
        """Refuse who may not take the clients of an audience away."""
        user = self.env.user
        may = user.has_group("crm_discipline.group_supervisor")
        if not (may and user.has_group("base.group_allow_export")):
            raise AccessError(
                self.env._("Only supervisors who may export take the clients of an audience away.")
            )

    def action_export_csv(self):
        """Fetch the file as text."""
        return self._get_file_action("csv")

    def action_export_xlsx(self):
        """Fetch the file for a spreadsheet."""
        return self._get_file_action("xlsx")

    def _get_file_action(self, kind):
        self.ensure_one()
        self._check_may_export()
        self.check_access("read")
        self._check_fits(kind)
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_discipline/audience/{self.id}/{kind}",
            "target": "download",
        }

    def _get_file_domain(self):
        return (
            Domain("audience_id", "=", self.id)
            & Domain("reach_state", "not in", ("opted_out", "archived", "duplicate"))
            & Domain("is_opted_out", "!=", True)
        )

    def _check_fits(self, kind):
        """Refuse a file that would end in the middle.

        :raise UserError: where a spreadsheet has no place for so many
        """
        if kind == "xlsx":
            members = self.env["crm.audience.member"]
            if members.search_count(self._get_file_domain(), limit=SHEET_ROWS + 1) > SHEET_ROWS:
                raise UserError(
                    self.env._(
                        "A spreadsheet has place for %(count)s clients. Take the CSV file.",
                        count=SHEET_ROWS,
                    )
                )

    def _read_file_rows(self):
        """Yield the heading and then a list of values for each client, logged as an export.

        Who opted out, is archived, or has the address of another is left out; a letter reaches whoever
        has no phone or e-mail.
        """
        self.ensure_one()
        self._check_may_export()
        self.check_access("read")
        members = self.env["crm.audience.member"].search(self._get_file_domain(), order="id")
        partners = members.partner_id._filtered_access("read")
        partners._log_clients_read("export")
        labels = partners._fields
        yield [labels[fname]._description_string(self.env) for fname in COLUMNS]
        for start in range(0, len(partners), _CHUNK):
            chunk = partners[start : start + _CHUNK]
            chunk.fetch(COLUMNS)
            for partner in chunk:
                yield [self._get_file_value(partner, fname) for fname in COLUMNS]
            self.env.invalidate_all(flush=False)

    def _get_file_value(self, partner, fname):
        """Return a value as text that no spreadsheet takes for a formula."""
        value = partner[fname]
        if isinstance(value, models.BaseModel):
            value = value.sudo().display_name
        text = value or ""
        if fname == "phone":
            # a number begins with a plus rightly, and holds nothing that could be computed
            return text if text.lstrip("+").replace(" ", "").isdigit() else self._quote(text)
        return self._quote(text)

    @api.model
    def _quote(self, text):
        return f"'{text}" if text.startswith(_FORMULA) else text
