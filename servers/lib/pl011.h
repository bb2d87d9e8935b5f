/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the PL011 UART (ARM DDI 0183 chapter 3): for its driver and for its model. */
#ifndef LIB_PL011_H
#define LIB_PL011_H

#define PL011_DR 0x000u
#define PL011_FR 0x018u
#define PL011_IBRD 0x024u
#define PL011_FBRD 0x028u
#define PL011_LCR_H 0x02cu
#define PL011_CR 0x030u
#define PL011_IFLS 0x034u
#define PL011_IMSC 0x038u
#define PL011_RIS 0x03cu
#define PL011_MIS 0x040u
#define PL011_ICR 0x044u
#define PL011_DMACR 0x048u
#define PL011_PERIPHERAL_ID 0xfe0u /* eight registers: PeriphID0..3, PCellID0..3 */
#define PL011_SIZE 0x1000u

#define PL011_FR_CTS (1u << 0)
#define PL011_FR_DSR (1u << 1)
#define PL011_FR_DCD (1u << 2)
#define PL011_FR_BUSY (1u << 3)
#define PL011_FR_RXFE (1u << 4)
#define PL011_FR_TXFF (1u << 5)
#define PL011_FR_RXFF (1u << 6)
#define PL011_FR_TXFE (1u << 7)

#define PL011_LCR_H_FEN (1u << 4) /* FIFOs on */
#define PL011_LCR_H_8BIT (3u << 5)

#define PL011_CR_UARTEN (1u << 0)
#define PL011_CR_LBE (1u << 7) /* loopback */
#define PL011_CR_TXE (1u << 8)
#define PL011_CR_RXE (1u << 9)

#define PL011_IFLS_RESET 0x12u /* both FIFOs: half full */

/* Interrupt bits of IMSC, RIS, MIS and ICR. */
#define PL011_RX (1u << 4)
#define PL011_TX (1u << 5)
#define PL011_RT (1u << 6) /* receive timeout */
#define PL011_INTERRUPTS 0x7ffu

#endif
