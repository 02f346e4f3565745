package dev.rocketeer.suite;

import java.util.Set;
import org.junit.runner.Description;
import org.junit.runner.manipulation.Filter;

/** Some test methods of a class; of a parameterized one with all parameters. */
final class OnlyMethods extends Filter {
    private final Set<String> wanted;

    OnlyMethods(String[] wanted) {
        this.wanted = Set.of(wanted);
    }

    @Override
    public boolean shouldRun(Description test) {
        return !test.isTest() || wanted.contains(test.getMethodName().replaceFirst("\\[\\d+\\]$", ""));
    }

    @Override
    public String describe() {
        return "only " + wanted;
    }
}
