import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";

/** How often to ask, in milliseconds: so much later than a change may be seen. */
export const ASK_EVERY = 5000;

/**
 * Asks now and again whether anything has been written, and says so.
 *
 * For what nobody announces, because to announce it would cost everybody who saves. The answer is a
 * version that is another one after a change. A tab that nobody looks at asks nothing.
 */
export class VersionWatch {
    /**
     * @param {() => Promise<any>} ask
     * @param {() => void} onChanged
     */
    constructor(ask, onChanged) {
        this.ask = ask;
        this.onChanged = onChanged;
        this.known = null;
        this.isAsking = false;
        this.look();
        this.timer = browser.setInterval(() => this.look(), ASK_EVERY);
    }

    async look() {
        if (document.hidden || this.isAsking) {
            return;
        }
        this.isAsking = true;
        try {
            const version = await this.ask();
            if (this.known !== null && version !== this.known) {
                this.onChanged();
            }
            this.known = version;
        } catch (error) {
            // the connection comes back, and then it is asked again
            if (!(error instanceof ConnectionLostError)) {
                this.stop();
                throw error;
            }
        } finally {
            this.isAsking = false;
        }
    }

    stop() {
        browser.clearInterval(this.timer);
    }
}
