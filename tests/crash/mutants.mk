# SPDX-License-Identifier: Apache-2.0
# What is broken in each mutant: the image it is made of, a file of it, and a change by sed.

CRASH_BOOT_MUTANTS := strict unwindowed uncleaned uncleared early unremoved
CRASH_MUTANTS := unlisted uncopied copied-early half-done undone done-twice unsealed unrebuilt untouched untold settled-early unkicked \
		 unsubmitted uninterrupted executed-twice unforgotten unsignalled \
		 identified printed-never moved-early roomy restarted reset-early unprepared injected-twice \
		 unasked noted-early read-shown unlooked swallowed unsent \
		 entered-early unstopped

# Lines are marked as touched, and not in the list.
crash_unlisted_of := vuart
crash_unlisted_file := servers/rt/durable.c
crash_unlisted_sed := s|in->listed = count;||
# They are not copied after the commit, or before it.
crash_uncopied_of := vuart
crash_uncopied_file := servers/rt/durable.c
crash_uncopied_sed := s|.committed_line(in, line) = .*||
crash_copied-early_of := vuart
crash_copied-early_file := servers/rt/durable.c
crash_copied-early_sed := s|^	seal(in, word);||
# A life that was cut before the commit goes on, one that was cut after it is taken back.
crash_half-done_of := vuart
crash_half-done_file := servers/rt/durable.c
crash_half-done_sed := s|if (durable->word & DURABLE_SEALED)|if (1)|
crash_undone_of := vuart
crash_undone_file := servers/rt/durable.c
crash_undone_sed := s|if (durable->word & DURABLE_SEALED)|if (0)|
# A message is handled again, though it was committed.
crash_done-twice_of := vuart
crash_done-twice_file := servers/rt/serve.c
crash_done-twice_sed := s/!rt_committed(&message, &status)/1/
# The commit comes before its reply is stored.
crash_unsealed_of := vuart
crash_unsealed_file := servers/rt/durable.c
crash_unsealed_sed := s/	reply->sequence = message/	in->word = word; &/
# A life that dies while it makes damaged state anew leaves nothing of that to the next.
crash_unrebuilt_of := vuart
crash_unrebuilt_file := servers/rt/durable.c
crash_unrebuilt_sed := s/again ? DURABLE_DAMAGED : 0/0/
# A server that forgets to touch, or to tell after a death.
crash_untouched_of := vuart
crash_untouched_file := servers/vuart/model.c
crash_untouched_sed := s/RT_TOUCH(.uart);//
crash_untold_of := vuart
crash_untold_file := servers/vuart/server.c
crash_untold_sed := s/ || !told//
# The 16550A forgets it for one register.
crash_identified_of := vuart
crash_identified_file := servers/vuart/ns16550.c
crash_identified_sed := /^static uint8_t interrupt_read/,/^}/s/RT_TOUCH(.uart);//
# The world is shown what is not yet committed.
crash_settled-early_of := vgic
crash_settled-early_file := servers/rt/serve.c
crash_settled-early_sed := s/rt_commit(.message, status);/server_settle(in_hand); &/
# A new life kicks nobody.
crash_unkicked_of := vgic
crash_unkicked_file := servers/controller/server.c
crash_unkicked_sed := s/controller_kicks = (1u.*//
# The same of another controller; a page's generation is written before what it counts; a register
# is read as the page shows it, though that may be behind.
crash_unasked_of := vaia
crash_unasked_file := servers/controller/server.c
crash_unasked_sed := s/controller_kicks = (1u.*//
crash_noted-early_of := vaia
crash_noted-early_file := servers/vaia/page.c
crash_noted-early_sed := s/^	page_show(.*/	bool software = page_software(page, self->generation);\n\n	page->generation = self->generation;\n	page->pending = software ? page->pending | VCPU_SOFTWARE : page->pending;\n&/
crash_read-shown_of := vaia
crash_read-shown_file := servers/vaia/page.c
crash_read-shown_sed := s/page_software(page, self->generation)/(page->pending \& VCPU_SOFTWARE)/
# The same of the PLIC; a page says that it has a software interrupt before it has it; a server that
# forgets to touch.
crash_unlooked_of := vplic
crash_unlooked_file := servers/controller/server.c
crash_unlooked_sed := s/controller_kicks = (1u.*//
crash_swallowed_of := vplic
crash_swallowed_file := servers/vplic/deliver.c
crash_swallowed_sed := s/^	page_show(.*/	bool software = page_software(page, plic->generation[vcpu]);\n\n	page->generation = plic->generation[vcpu];\n	page->pending = software ? page->pending | VCPU_SOFTWARE : page->pending;\n&/
crash_unsent_of := vplic
crash_unsent_file := servers/vplic/deliver.c
crash_unsent_sed := s/rt_touch(plic->generation, 1);//
# A new life takes what is shown for told.
crash_unsubmitted_of := virtio_blk
crash_unsubmitted_file := servers/virtio_blk/life.c
crash_unsubmitted_sed := s/around->settled && .shown/*shown/
# A new life does not interrupt for what the former one completed.
crash_uninterrupted_of := virtio_blk
crash_uninterrupted_file := servers/virtio_blk/life.c
crash_uninterrupted_sed := s|virtio_interrupt_renew(.*);|(void)0;|
# The driver's next life does not take what the disk had finished, keeps records, or tells nobody.
crash_executed-twice_of := blk
crash_executed-twice_file := servers/blk/client.c
crash_executed-twice_sed := s/if (owner && number/if (0 \&\& number/
crash_unforgotten_of := blk
crash_unforgotten_file := servers/blk/disk.c
crash_unforgotten_sed := s/__atomic_store_n(.disk->memory->transfer.transfer..owner, 0, __ATOMIC_RELEASE);//
crash_unsignalled_of := blk
crash_unsignalled_file := servers/blk/client.c
crash_unsignalled_sed := /^void clients_recover/,/^}/s/clients->signal .= .*//
# The UART's driver notes a character before it is written, or shows its sources what may be undone.
crash_printed-never_of := uart
crash_printed-never_file := servers/uart/server.c
crash_printed-never_sed := s/device->send(byte);//; s/track->sent = next;/& device->send(byte);/
crash_moved-early_of := uart
crash_moved-early_file := servers/uart/server.c
crash_moved-early_sed := s/rt_commit(NULL, STATUS_OK);//
# A life takes a FIFO that another one has filled for empty.
crash_roomy_of := uart
crash_roomy_file := servers/uart/ns16550.c
crash_roomy_sed := /^static void start/,/^}/s/room = 0;/room = 16;/
# The manager's next life prepares a vCPU that runs, resets devices before all vCPUs are stopped,
# starts a vCPU that nobody prepared, or takes an exception's handler for what it interrupted.
crash_restarted_of := vmm_aarch64
crash_restarted_file := servers/vmm/settle.c
crash_restarted_sed := s/^	rt_commit(NULL, STATUS_OK);//
crash_reset-early_of := vmm_aarch64
crash_reset-early_file := servers/vmm/vm.c
crash_reset-early_sed := s/if (state->act != VMM_ACT_NONE)/if (0)/
crash_unprepared_of := vmm_aarch64
crash_unprepared_file := servers/vmm/settle.c
crash_unprepared_sed := s/state->act = VMM_ACT_START;/state->act = VMM_ACT_NONE;/
crash_injected-twice_of := vmm_aarch64
crash_injected-twice_file := servers/vmm/fault.c
crash_injected-twice_sed := s/^	return STATUS_OK;/	while (exception.count--)\n		rt_vcpu_set(vm->vcpu[index], exception.number[exception.count], exception.value[exception.count]);\n&/; s/.include "servers.rt.rt.h"/&\n\#include "servers\/rt\/syscall.h"/
# An exception is entered while it is made up, or a vCPU's end is not in the list.
crash_entered-early_of := vmm_riscv64
crash_entered-early_file := servers/vmm/riscv64/fault.c
crash_entered-early_sed := s/^	exception_put(exception, VCPU_PC.*/	rt_vcpu_set(exception->vcpu, VCPU_PC, vector \& ~STVEC_MODE);\n&/; s/.include "servers.vmm.vmm.h"/\#include "servers\/rt\/syscall.h"\n&/
crash_unstopped_of := vmm_riscv64
crash_unstopped_file := servers/vmm/riscv64/firmware.c
crash_unstopped_sed := s/vm_vcpu_off(state, index);/state->on \&= ~(1u << index);/
# The supervisor's next life takes what is there already for an error, leaves the former one's window
# or scratch slot, shows its state before it is cleared, lets tasks begin before all is made, or maps
# an image over half of one.
crash_strict_of := supervisor
crash_strict_file := servers/supervisor/objects.c
crash_strict_sed := s/!made(status)/status != STATUS_OK/
crash_unwindowed_of := supervisor
crash_unwindowed_file := servers/supervisor/main.c
crash_unwindowed_sed := s/^	window_close();//
crash_uncleaned_of := supervisor
crash_uncleaned_file := servers/supervisor/main.c
crash_uncleaned_sed := /^		map(SLOT_SELF/,/^	return (struct/s/rt_syscall_one(SYSCALL_CLOSE, SLOT_SCRATCH.*//
crash_uncleared_of := supervisor
crash_uncleared_file := servers/supervisor/main.c
crash_uncleared_sed := s/^		rt_clear_pages(.*//
crash_early_of := supervisor
crash_early_file := servers/supervisor/main.c
crash_early_sed := s/^	objects_create(/	RT_TOUCH(*mine);\n	mine->phase = SUPERVISOR_PHASE_MADE;\n	rt_commit(NULL, STATUS_OK);\n&/
crash_unremoved_of := supervisor
crash_unremoved_file := servers/supervisor/image.c
crash_unremoved_sed := s/^	image_remove(number);//
