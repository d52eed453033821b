package dev.tailrace.engine.token;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class TokenArchitectureTest {

  @Test
  void tokensNeedNothingButBsonAndArithmetic() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.tailrace.engine.token",
            "org.bson..",
            "org.jspecify.annotations",
            "java.lang..",
            "java.math",
            "java.nio",
            "java.nio.charset",
            "java.time..",
            "java.util")
        .because("the codec is pure, and the fake server uses it without the rest of the engine")
        .check(
            new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages("dev.tailrace.engine.token"));
  }
}
