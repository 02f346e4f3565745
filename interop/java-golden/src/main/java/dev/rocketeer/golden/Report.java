package dev.rocketeer.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Counts what was compared and keeps what differed. */
final class Report {
    private final List<String> differences = new ArrayList<>();
    private int compared;

    interface Check {
        void run() throws Exception;
    }

    void same(String what, Object expected, Object actual) {
        compared++;
        if (!Objects.equals(expected, actual)) {
            differences.add(what + ": expected " + expected + ", read " + actual);
        }
    }

    /** An exception of Apache's decoder is a difference, not the end. */
    void check(String what, Check check) {
        try {
            check.run();
        } catch (Exception e) {
            compared++;
            differences.add(what + ": " + e);
        }
    }

    boolean print() {
        differences.forEach(System.out::println);
        System.out.println(compared - differences.size() + " passed, " + differences.size() + " failed");
        return differences.isEmpty() && compared > 0;
    }
}
