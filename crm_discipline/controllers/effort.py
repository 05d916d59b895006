"""The door for time in the CRM: each user's browser says what it measured, once a minute at most."""

from odoo import http
from odoo.http import request

from ..models.crm_effort import KIND_MODELS, MODELS
from ..tools.effort_message import BadEffort, parse_effort

_MOST_BYTES = 1 << 18


class EffortController(http.Controller):
    @http.route(
        "/crm_discipline/effort",
        type="http",
        auth="user",
        methods=["POST"],
        # JSON is not sent across sites without being asked for; a form of another site is refused
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=_MOST_BYTES,
    )
    def receive_effort(self):
        """Keep what the caller's own browser measured.

        :return: ``{"received": [id, …], "is_on": bool}``: batches that needn't be sent again, and
            whether there is anything to measure; or 400, and nothing is kept
        """
        asked = request.httprequest
        if asked.mimetype != "application/json":
            return self._refuse("The content type is not application/json.")
        models = {name for name, _label in MODELS}
        try:
            batch_ids, items = parse_effort(asked.get_data(), models, KIND_MODELS)
            is_on = request.env["crm.effort"]._receive(batch_ids, items)
        except BadEffort as error:
            return self._refuse(str(error))
        return request.make_json_response({"received": batch_ids, "is_on": is_on})

    @staticmethod
    def _refuse(message):
        return request.make_json_response({"error": "bad_request", "message": message}, status=400)
