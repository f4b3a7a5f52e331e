/** For what is scrolled by itself: without a mouse it has to be in reach of the keyboard. */
export const movable = { tabIndex: 0 } as const;
