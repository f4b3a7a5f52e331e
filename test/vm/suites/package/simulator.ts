/** Outside: the same pumps as those of the suite `serial`. */
import "../serial/simulator.ts";
