/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the 16550A UART (TI PC16550D, 8.0 Registers): for its driver and for its model. They
 * are bytes, one after the other; several share an offset.
 */
#ifndef LIB_NS16550_H
#define LIB_NS16550_H

#define NS16550_DATA 0u    /* received characters, characters to send; with LCR_DLAB the divisor */
#define NS16550_IER 1u     /* which interrupts; with LCR_DLAB the divisor's high byte */
#define NS16550_IIR 2u     /* read: the most urgent interrupt */
#define NS16550_FCR 2u     /* write: the FIFOs */
#define NS16550_LCR 3u     /* how characters look on the line */
#define NS16550_MCR 4u     /* outputs to the modem */
#define NS16550_LSR 5u     /* state of both directions */
#define NS16550_MSR 6u     /* inputs from the modem */
#define NS16550_SCRATCH 7u /* whatever the program likes */
#define NS16550_REGISTERS 8u
#define NS16550_FIFO 16u

#define NS16550_IER_RECEIVE (1u << 0)
#define NS16550_IER_TRANSMIT (1u << 1) /* the transmit FIFO is empty */
#define NS16550_IER_LINE (1u << 2)     /* an error of a received character */
#define NS16550_IER_MODEM (1u << 3)    /* an input from the modem has changed */
#define NS16550_IER_ALL 0x0fu

#define NS16550_IIR_MODEM 0x0u
#define NS16550_IIR_NONE 0x1u
#define NS16550_IIR_TRANSMIT 0x2u
#define NS16550_IIR_RECEIVE 0x4u
#define NS16550_IIR_LINE 0x6u
#define NS16550_IIR_TIMEOUT 0xcu /* received characters, fewer than the trigger */
#define NS16550_IIR_FIFOS 0xc0u  /* the FIFOs are on, and work */

#define NS16550_FCR_ENABLE (1u << 0)
#define NS16550_FCR_CLEAR_RECEIVE (1u << 1)
#define NS16550_FCR_CLEAR_TRANSMIT (1u << 2)
#define NS16550_FCR_TRIGGER_SHIFT 6 /* of the receive FIFO: 1, 4, 8 or 14 characters */
#define NS16550_FCR_TRIGGER_8 (2u << NS16550_FCR_TRIGGER_SHIFT)

#define NS16550_LCR_8BIT 0x03u /* one stop bit, no parity */
#define NS16550_LCR_DLAB (1u << 7)

#define NS16550_MCR_DTR (1u << 0)
#define NS16550_MCR_RTS (1u << 1)
#define NS16550_MCR_OUT1 (1u << 2)
#define NS16550_MCR_OUT2 (1u << 3) /* on some boards the interrupt goes through this */
#define NS16550_MCR_LOOP (1u << 4)
#define NS16550_MCR_ALL 0x1fu

#define NS16550_LSR_READY (1u << 0) /* there is a received character */
#define NS16550_LSR_OVERRUN (1u << 1)
#define NS16550_LSR_PARITY (1u << 2)
#define NS16550_LSR_FRAMING (1u << 3)
#define NS16550_LSR_BREAK (1u << 4)
#define NS16550_LSR_EMPTY (1u << 5) /* the transmit FIFO; then it takes NS16550_FIFO characters */
#define NS16550_LSR_IDLE (1u << 6)  /* and nothing is on the line */

/* Below the inputs themselves, in the same order: which of them have changed. */
#define NS16550_MSR_CHANGES 0x0fu
#define NS16550_MSR_RI_ENDED (1u << 2) /* of RI only its end counts */
#define NS16550_MSR_CTS (1u << 4)
#define NS16550_MSR_DSR (1u << 5)
#define NS16550_MSR_RI (1u << 6)
#define NS16550_MSR_DCD (1u << 7)

#endif
