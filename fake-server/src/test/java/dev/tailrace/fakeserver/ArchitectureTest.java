package dev.tailrace.fakeserver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What may know what. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tailrace");

  private static final String[] IMPURE = {"..fakeserver.network..", "..fakeserver"};

  @Test
  void theCoreIsPure() {
    noClasses()
        .that()
        .resideInAPackage("..fakeserver..")
        .and()
        .resideOutsideOfPackages(IMPURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.util.concurrent.locks..",
            "java.util.concurrent.atomic..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.Thread|java\\.util\\.Random|java\\.security\\.SecureRandom"
                + "|java\\.util\\.concurrent\\.(?!TimeUnit).*|java\\.util\\.Timer")
        .because("the core decides; the hosts act")
        .check(CLASSES);
  }

  @Test
  void theCoreReadsNoClockAndNoEnvironment() {
    noClasses()
        .that()
        .resideInAPackage("..fakeserver..")
        .and()
        .resideOutsideOfPackages(IMPURE)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callConstructor(org.bson.types.ObjectId.class)
        .because("time, identity and chance are arguments")
        .check(CLASSES);
  }

  @Test
  void onlyTheNetworkOpensSockets() {
    noClasses()
        .that()
        .resideInAPackage("..fakeserver..")
        .and()
        .resideOutsideOfPackage("..fakeserver.network..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..")
        .check(CLASSES);
  }

  @Test
  void ofTheOtherModulesOnlyFramesThePortAndTokensAreSeen() {
    noClasses()
        .that()
        .resideInAPackage("..fakeserver..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tailrace.wire.topology..",
            "dev.tailrace.wire.tcp..",
            "dev.tailrace.wire.auth..",
            "dev.tailrace.engine",
            "dev.tailrace.engine.core..",
            "dev.tailrace.engine.driver..",
            "dev.tailrace.engine.face..")
        .check(CLASSES);
  }

  @Test
  void packagesDependOneWay() {
    slices().matching("dev.tailrace.fakeserver.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
