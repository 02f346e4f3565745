package dev.rocketeer.suite;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * Runs JUnit classes by name, one after the other in this JVM, and tells of each method as one JSON line. Arguments are
 * class names; `Class#method` runs one method, `Class#-method,other` all but those.
 */
public final class RunTests {
    private RunTests() {
    }

    public static void main(String[] names) throws Exception {
        JUnitCore core = new JUnitCore();
        core.addListener(new Reporter());
        for (String name : names) {
            JsonLines.print("class", Map.of("name", name));
            core.run(request(name));
        }
        JsonLines.print("end", Map.of());
        // Clients that a failed test left open keep their threads.
        System.exit(0);
    }

    private static Request request(String name) throws ClassNotFoundException {
        String[] parts = name.split("#", 2);
        Class<?> type = Class.forName(parts[0]);
        if (parts.length == 1) {
            return Request.aClass(type);
        }
        if (parts[1].startsWith("-")) {
            return Request.aClass(type).filterWith(new ExceptMethods(parts[1].substring(1).split(",")));
        }
        return Request.method(type, parts[1]);
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
