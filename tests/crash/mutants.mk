# SPDX-License-Identifier: Apache-2.0
# What is broken in each mutant: the image it is made of, a file of it, and a change by sed.

CRASH_MUTANTS := unlogged uncopied done-twice unsealed untouched untold

# Lines are marked as touched, and not in the log.
crash_unlogged_of := vuart
crash_unlogged_file := servers/rt/durable.c
crash_unlogged_sed := s/in->word++;//
# They are in the log, with nothing copied.
crash_uncopied_of := vuart
crash_uncopied_file := servers/rt/durable.c
crash_uncopied_sed := s/((struct line .)in->log).count. = .*//
# A message is handled again, though it was committed.
crash_done-twice_of := vuart
crash_done-twice_file := servers/rt/serve.c
crash_done-twice_sed := s/!rt_committed(&message, &status)/1/
# The commit comes before its reply is stored.
crash_unsealed_of := vuart
crash_unsealed_file := servers/rt/durable.c
crash_unsealed_sed := s/	reply->sequence = message/	in->word = word; &/
# A server that forgets to touch, or to tell after a death.
crash_untouched_of := vuart
crash_untouched_file := servers/vuart/model.c
crash_untouched_sed := s/RT_TOUCH(.uart);//
crash_untold_of := vuart
crash_untold_file := servers/vuart/server.c
crash_untold_sed := s/ || !told//
