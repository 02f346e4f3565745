package dev.rocketeer.suite;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.util.HashMap;
import java.util.Map;
import org.mockito.invocation.InvocationOnMock;

/**
 * An object of one of Apache's classes of which a few methods are answered another way. Any other call fails the test
 * that makes it: what it looks at exists in Apache's broker alone.
 */
final class StandIn<T> {
    interface Answer {
        Object to(Object[] arguments) throws Throwable;
    }

    private final Class<T> type;
    private final Map<String, Answer> answers = new HashMap<>();

    StandIn(Class<T> type) {
        this.type = type;
        answers.put("toString", arguments -> "stand-in for " + type.getSimpleName());
    }

    /** Answers the methods of this name, whatever their parameters. */
    StandIn<T> answering(String method, Answer answer) {
        answers.put(method, answer);
        return this;
    }

    T create() {
        return mock(type, withSettings().stubOnly().defaultAnswer(this::answer));
    }

    private Object answer(InvocationOnMock call) throws Throwable {
        String method = call.getMethod().getName();
        Answer answer = answers.get(method);
        if (answer == null) {
            throw new UnsupportedOperationException(
                type.getSimpleName() + "." + method + " exists in the memory of Apache's broker alone");
        }
        return answer.to(call.getArguments());
    }
}
