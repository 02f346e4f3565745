package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.filter.expression.BooleanExpression;
import org.apache.rocketmq.filter.expression.EvaluationContext;
import org.apache.rocketmq.filter.parser.SelectorParser;

/**
 * What Apache's SQL92 filter makes of the expressions in a golden file: `SqlFilters FILE` evaluates each on every set of
 * properties and rewrites the file. One letter per set: T matches, F does not, N is NULL, E fails; or what was refused.
 */
public final class SqlFilters {
    private SqlFilters() {
    }

    public static void main(String[] args) throws Exception {
        Path file = Paths.get(args[0]);
        JSONObject golden = JSON.parseObject(Files.readString(file));
        JSONArray sets = golden.getJSONArray("properties");
        for (Object each : golden.getJSONArray("expressions")) {
            JSONObject expression = (JSONObject) each;
            expression.remove("results");
            expression.remove("refused");
            try {
                expression.put("results", evaluate(SelectorParser.parse(expression.getString("sql")), sets));
            } catch (Exception e) {
                expression.put("refused", String.valueOf(e.getMessage()));
            }
        }
        Files.writeString(file, JSON.toJSONString(golden, JSONWriter.Feature.PrettyFormat) + "\n");
    }

    private static String evaluate(BooleanExpression expression, JSONArray sets) {
        StringBuilder results = new StringBuilder();
        for (Object set : sets) {
            Map<String, Object> values = new HashMap<>((JSONObject) set);
            try {
                Object value = expression.evaluate(new Properties(values));
                results.append(value == null ? 'N' : Boolean.TRUE.equals(value) ? 'T' : 'F');
            } catch (Throwable e) {
                results.append('E');
            }
        }
        return results.toString();
    }

    private static final class Properties implements EvaluationContext {
        private final Map<String, Object> values;

        Properties(Map<String, Object> values) {
            this.values = values;
        }

        @Override
        public Object get(String name) {
            return values.get(name);
        }

        @Override
        public Map<String, Object> keyValues() {
            return values;
        }
    }
}
