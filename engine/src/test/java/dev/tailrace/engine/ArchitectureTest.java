package dev.tailrace.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tailrace.engine");

  private static final String[] PURE = {
    "..engine.core..", "..engine.event..", "..engine.token..", "..engine.bytes.."
  };

  @Test
  void thePurePackagesDecideAndCannotAct() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.util.concurrent..",
            "java.util.logging..",
            "org.slf4j..",
            "..engine.driver..",
            "..engine.face..")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "getLogger", String.class)
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .because("the core decides; the driver acts")
        .check(ENGINE);
  }

  @Test
  void facesAndDriverStayOutOfEachOthersWork() {
    noClasses()
        .that()
        .resideInAPackage("..engine.driver..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..engine.face..")
        .because("one loop serves every face")
        .check(ENGINE);
    noClasses()
        .that()
        .resideInAPackage("..engine.transport..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..engine.core..", "..engine.driver..", "..engine.face..")
        .because("the port knows nothing of who uses it")
        .check(ENGINE);
  }

  @Test
  void theEngineNeedsBsonAndNothingElse() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.tailrace.engine..", "org.bson..", "org.jspecify..", "java..")
        .because("it is embedded in other people's programs")
        .check(ENGINE);
  }
}
