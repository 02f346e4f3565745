package dev.rocketeer.suite;

import java.util.Set;
import org.junit.runner.Description;
import org.junit.runner.manipulation.Filter;

/** All test methods of a class but some. */
final class ExceptMethods extends Filter {
    private final Set<String> left;

    ExceptMethods(String[] left) {
        this.left = Set.of(left);
    }

    @Override
    public boolean shouldRun(Description test) {
        return test.getMethodName() == null || !left.contains(test.getMethodName());
    }

    @Override
    public String describe() {
        return "all but " + left;
    }
}
