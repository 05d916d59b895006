/**
 * Lets only the last of several answers be used, in whatever order they come.
 *
 * Who waits for an earlier one goes on when it comes, with nothing, rather than waiting for ever: a
 * screen that was told of a change reads again only when its reading has ended.
 */
export class Latest {
    constructor() {
        this.number = 0;
    }

    /**
     * @template T
     * @param {Promise<T> | T} answer
     * @param {(found: T) => any} use
     * @returns {Promise} what `use` returned, if anything
     */
    async take(answer, use) {
        const number = ++this.number;
        let found;
        try {
            found = await answer;
        } catch (error) {
            if (number !== this.number) {
                return;
            }
            throw error;
        }
        return number === this.number ? use(found) : undefined;
    }
}
