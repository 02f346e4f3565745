package dev.rocketeer.golden;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Fills an object through its setters with values that tell the fields apart; the same on every run. */
final class Filler {
    private static final int DEPTH_MAX = 6;
    private int number = 100;

    <T> T fill(Class<T> type) {
        return type.cast(fillObject(type, 0));
    }

    private Object fillObject(Class<?> type, int depth) {
        if (depth > DEPTH_MAX) {
            return null;
        }
        Object object = instantiate(type, depth);
        Method[] methods = type.getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName).thenComparing(Method::toString));
        for (Method method : methods) {
            boolean setter = method.getName().startsWith("set") && method.getParameterCount() == 1
                && !Modifier.isStatic(method.getModifiers());
            if (setter) {
                set(object, method, depth);
            }
        }
        return object;
    }

    private void set(Object object, Method setter, int depth) {
        String field = Character.toLowerCase(setter.getName().charAt(3)) + setter.getName().substring(4);
        try {
            setter.invoke(object, value(setter.getGenericParameterTypes()[0], field, depth + 1));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(setter.toString(), e);
        }
    }

    /** Classes made only by their full constructor (fastjson2 does the same) get their values there. */
    private Object instantiate(Class<?> type, int depth) {
        Constructor<?>[] constructors = type.getDeclaredConstructors();
        Arrays.sort(constructors, Comparator.comparing(Constructor::getParameterCount));
        Constructor<?> constructor = constructors[0].getParameterCount() == 0
            ? constructors[0] : constructors[constructors.length - 1];
        Object[] arguments = new Object[constructor.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = value(constructor.getGenericParameterTypes()[i], "argument" + i, depth + 1);
        }
        try {
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type.getName(), e);
        }
    }

    private Object value(Type type, String field, int depth) {
        if (type instanceof ParameterizedType) {
            ParameterizedType generic = (ParameterizedType) type;
            return container((Class<?>) generic.getRawType(), generic.getActualTypeArguments(), field, depth);
        }
        return plain((Class<?>) type, field, depth);
    }

    private Object container(Class<?> raw, Type[] arguments, String field, int depth) {
        if (Map.class.isAssignableFrom(raw)) {
            Map<Object, Object> map = raw == HashMap.class || raw == Map.class ? new HashMap<>()
                : SortedMap.class.isAssignableFrom(raw) ? new TreeMap<>() : new ConcurrentHashMap<>();
            map.put(value(arguments[0], field + "Key", depth), value(arguments[1], field + "Value", depth));
            return map;
        }
        Object item = value(arguments[0], field + "Item", depth);
        Collection<Object> items = List.class.isAssignableFrom(raw) ? new ArrayList<>()
            : SortedSet.class.isAssignableFrom(raw) ? new TreeSet<>() : new HashSet<>();
        items.add(item);
        return items;
    }

    private Object plain(Class<?> type, String field, int depth) {
        if (type == String.class) {
            return field;
        }
        if (type == int.class || type == Integer.class) {
            return ++number;
        }
        if (type == long.class || type == Long.class) {
            return 3_000_000_000L + ++number;
        }
        if (type == double.class || type == Double.class) {
            return ++number + 0.5;
        }
        if (type == boolean.class || type == Boolean.class) {
            return true;
        }
        if (type == AtomicLong.class) {
            return new AtomicLong(++number);
        }
        if (type == long[].class) {
            return new long[] {++number, ++number};
        }
        if (type == BitSet.class) {
            return BitSet.valueOf(new long[] {5, 256});
        }
        if (type == Properties.class) {
            Properties properties = new Properties();
            properties.setProperty(field + "Key", field + "Value");
            return properties;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[type.getEnumConstants().length - 1];
        }
        return fillObject(type, depth);
    }
}
