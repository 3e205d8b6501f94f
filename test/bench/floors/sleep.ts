/** Does nothing for ever. */
setInterval(() => {}, 2 ** 31 - 1);
