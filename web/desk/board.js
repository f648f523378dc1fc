/** @import { Ongoing } from "../client/types.js" */
/** @import { State } from "./store.js" */

/** The supervision board: the conversations this agent may listen to, as they were a moment ago. */

/** Fifty conversations a page: more than three hundred nobody looks through on a board. */
export const BOARD_PAGES = 6;

/**
 * @typedef {object} Board
 * @property {boolean} open
 * @property {number} pages how many are asked for
 * @property {readonly Ongoing[] | null} ongoing null before the first answer
 * @property {boolean} more whether there are more than these
 *
 * @typedef {{ type: "board", open: boolean } | { type: "board_page" }
 *   | { type: "ongoing", ongoing: readonly Ongoing[], more: boolean }} BoardEvent
 */

/** @type {Board} */
export const NO_BOARD = { open: false, pages: 1, ongoing: null, more: false };

/**
 * @param {Board} board
 * @param {BoardEvent} event
 * @returns {Board}
 */
export function changeBoard(board, event) {
  switch (event.type) {
    case "board":
      return event.open ? { ...NO_BOARD, open: true } : NO_BOARD;
    case "board_page":
      return { ...board, pages: Math.min(board.pages + 1, BOARD_PAGES) };
    case "ongoing":
      // An answer that comes after the board was closed is of no use.
      return board.open ? { ...board, ongoing: event.ongoing, more: event.more } : board;
  }
}

/**
 * Whether this agent may listen to anything.
 *
 * @param {State} state
 */
export function supervises(state) {
  const rights = Object.values(state.desk?.you.rights ?? {});
  return rights.some(({ listen, manage }) => listen || manage);
}
