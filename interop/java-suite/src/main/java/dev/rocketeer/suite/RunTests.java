package dev.rocketeer.suite;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * Runs JUnit classes, one after the other in this JVM, and tells of each method as one JSON line. An argument is a class
 * and the methods to run: `Class#method,method`, or `Class` alone for all of them. A class with a failure gets a second
 * chance: most tests send while a new group's consumer is finding out where its queues end, and what is sent in between
 * is before its start, on any broker.
 */
public final class RunTests {
    private RunTests() {
    }

    public static void main(String[] names) throws Exception {
        JUnitCore core = new JUnitCore();
        core.addListener(new Reporter());
        for (String name : names) {
            String[] parts = name.split("#", 2);
            if (!core.run(request(parts)).wasSuccessful()) {
                core.run(request(parts));
            }
            JsonLines.print("class-end", Map.of("name", parts[0]));
        }
        // Clients that a failed test left open keep their threads.
        System.exit(0);
    }

    private static Request request(String[] parts) throws ClassNotFoundException {
        Class<?> type = Class.forName(parts[0]);
        if (parts.length == 1) {
            return Request.aClass(type);
        }
        return Request.aClass(type).filterWith(new OnlyMethods(parts[1].split(",")));
    }

    private static final class Reporter extends RunListener {
        private long began;
        private Failure failure;

        @Override
        public void testStarted(Description test) {
            began = System.currentTimeMillis();
            failure = null;
        }

        @Override
        public void testFailure(Failure failed) {
            failure = failed;
            // What fails before or after all methods has no start and no end of its own.
            if (failed.getDescription().getMethodName() == null) {
                print(failed.getDescription(), "failed", 0);
            }
        }

        @Override
        public void testAssumptionFailure(Failure failed) {
            failure = failed;
        }

        @Override
        public void testIgnored(Description test) {
            failure = null;
            print(test, "ignored", 0);
        }

        @Override
        public void testFinished(Description test) {
            print(test, failure == null ? "passed" : "failed", System.currentTimeMillis() - began);
        }

        private void print(Description test, String result, long tookMs) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("class", test.getClassName());
            facts.put("method", test.getMethodName());
            facts.put("result", result);
            facts.put("tookMs", tookMs);
            if (failure != null) {
                facts.put("failure", failure.getTrimmedTrace());
            }
            JsonLines.print("test", facts);
        }
    }
}
