"""Activities counted in one query, with who may see which as a part of it."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


# how activities are counted is a concept of its own, apart from what this module asks of them
class MailActivity(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "mail.activity"

    def _search_counted(self, domain, model_names):
        """Return the query of the activities of some models that a search would find.

        Odoo's search reads all that match, then the documents of each, and returns ids: that costs as much
        as there are activities, for every count. Here the same condition is decided by PostgreSQL: one's
        own activities, and those of documents that one may post on.

        :param model_names: of the documents
        """
        domain = Domain(domain) & Domain("res_model", "in", list(model_names))
        if self.env.su:
            return self._search(domain)
        Rule = self.env["ir.rule"]
        query = self.sudo()._search(domain & Rule._compute_domain(self._name, "read"))
        seen = [SQL("%s = %s", SQL.identifier(query.table, "user_id"), self.env.uid)]
        for name in model_names:
            documents = self.env[name].with_context(active_test=False)
            operation = getattr(documents, "_mail_post_access", "read")
            if not documents.has_access(operation):
                continue
            found = documents.sudo()._search(Rule._compute_domain(name, operation))
            is_it = SQL(
                "%s = %s", SQL.identifier(found.table, "id"), SQL.identifier(query.table, "res_id")
            )
            found.add_where(is_it)
            of_model = SQL("%s = %s", SQL.identifier(query.table, "res_model"), name)
            seen.append(SQL("%s AND EXISTS (%s)", of_model, found.select(SQL("1"))))
        query.add_where(SQL("(%s)", SQL(" OR ").join(seen)))
        return query
