package dev.tailrace.transport.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tailrace.transport.driver");

  @Test
  void itKnowsThePortAndWhatTheDriverOffersToEverybody() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.tailrace.transport.driver",
            "dev.tailrace.engine.transport..",
            "com.mongodb",
            "com.mongodb.client",
            "com.mongodb.connection",
            "com.mongodb.event",
            "com.mongodb.selector",
            "com.mongodb.session",
            "org.bson..",
            "org.jspecify..",
            "java..")
        .because("what the driver keeps to itself changes from release to release")
        .check(CLASSES);
  }
}
