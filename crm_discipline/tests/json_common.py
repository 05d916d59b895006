"""What the tests of Odoo's JSON-2 share: calls as a user by a key of theirs, also several at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests

from odoo.tests import HttpCase


class JsonCase(HttpCase):
    def make_key(self, user):
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Test", None)
        return f"Bearer {key}"

    def post(self, user, model, method, **arguments):
        """Call JSON-2 as ``user``, or as nobody; return the response."""
        headers = {"Authorization": self.make_key(user)} if user else {}
        return self.url_open(f"/json/2/{model}/{method}", json=arguments, headers=headers)

    def post_at_once(self, *calls):
        """Call JSON-2 as several users at the same moment; return ``[(status, answer)]``.

        :param calls: ``(user, model, method, arguments)``
        """
        prepared = [
            (f"{self.base_url()}/json/2/{model}/{method}", self.make_key(user), arguments)
            for user, model, method, arguments in calls
        ]
        self.env.flush_all()
        barrier = Barrier(len(calls))

        def send(call):
            url, key, arguments = call
            barrier.wait(timeout=10)
            answer = requests.post(url, json=arguments, headers={"Authorization": key}, timeout=60)
            return answer.status_code, answer.json()

        with (
            self.allow_requests(all_requests=True),
            ThreadPoolExecutor(max_workers=len(calls)) as pool,
        ):
            answers = list(pool.map(send, prepared))
        self.env.invalidate_all()
        return answers
