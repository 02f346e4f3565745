package dev.rocketeer.suite;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.zip.ZipFile;

/** Names the test classes in a jar (the argument), so that none is left out by oversight. */
public final class ListClasses {
    private ListClasses() {
    }

    public static void main(String[] args) throws IOException {
        try (ZipFile jar = new ZipFile(new File(args[0]))) {
            jar.stream().map(entry -> entry.getName())
                .filter(name -> name.matches("[^$]*(IT|Test)\\.class|[^$]*/Test[^$/]*\\.class"))
                .map(name -> name.replaceFirst("\\.class$", "").replace('/', '.'))
                .sorted()
                .forEach(name -> JsonLines.print("listed", Map.of("name", name)));
        }
    }
}
