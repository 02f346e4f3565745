package dev.rocketeer.suite;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.mockito.invocation.InvocationOnMock;

/**
 * One of Apache's configuration objects, which tells what it is set to: the lines of a broker.conf before the server
 * runs, an update of the running server after that.
 */
public final class RecordedConfig<T> {
    private final T config;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private BiConsumer<String, String> onChange = (option, value) -> {
    };

    @SuppressWarnings("unchecked")
    public RecordedConfig(T plain) {
        config = (T) mock(plain.getClass(),
            withSettings().stubOnly().spiedInstance(plain).defaultAnswer(this::call));
    }

    /** The object to hand to a test. */
    public T config() {
        return config;
    }

    /** What was set so far, by the names of broker.conf. */
    Map<String, String> properties() {
        return properties;
    }

    void onChange(BiConsumer<String, String> listener) {
        onChange = listener;
    }

    private Object call(InvocationOnMock call) throws Throwable {
        Object result = call.callRealMethod();
        String method = call.getMethod().getName();
        if (method.startsWith("set") && call.getArguments().length == 1) {
            String option = Character.toLowerCase(method.charAt(3)) + method.substring(4);
            String value = String.valueOf(call.getArgument(0, Object.class));
            properties.put(option, value);
            onChange.accept(option, value);
        }
        return result;
    }
}
