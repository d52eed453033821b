package dev.tailrace.wire;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tailrace.wire.dns.JndiResolver;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String FRAME = "dev.tailrace.wire.frame..";
  private static final String TOPOLOGY = "dev.tailrace.wire.topology..";
  private static final String AUTH = "dev.tailrace.wire.auth..";
  private static final String EVENT = "dev.tailrace.wire.event..";
  private static final String DNS = "dev.tailrace.wire.dns..";
  private static final String TLS = "dev.tailrace.wire.tls..";
  private static final String POOL = "dev.tailrace.wire.pool..";
  private static final String TCP = "dev.tailrace.wire.tcp..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tailrace.wire");

  @Test
  void whatDecidesCannotAct() {
    noClasses()
        .that()
        .resideInAnyPackage(FRAME, TOPOLOGY, AUTH, EVENT, DNS, POOL)
        .and()
        .doNotHaveFullyQualifiedName(JndiResolver.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.util.concurrent.atomic..",
            "java.util.concurrent.locks..",
            "java.util.random..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.(Thread|ThreadLocal|Process|Runtime)|java\\.security\\.SecureRandom"
                + "|java\\.util\\.(Random|UUID|Timer|concurrent\\.(?!TimeUnit).*)"
                + "|java\\.time\\.(Clock|Instant|LocalDate.*|ZonedDateTime)")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("codec, topology, pool and authentication decide; tcp acts")
        .check(CLASSES);
  }

  @Test
  void dependenciesPointOneWay() {
    noClasses()
        .that()
        .resideInAPackage(FRAME)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(TOPOLOGY, AUTH, EVENT, DNS, TLS, POOL, TCP)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(TOPOLOGY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAME, AUTH, EVENT, DNS, TLS, POOL, TCP)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(AUTH)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAME, TOPOLOGY, EVENT, DNS, TLS, POOL, TCP)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(DNS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAME, AUTH, EVENT, TLS, POOL, TCP)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(TLS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAME, TOPOLOGY, AUTH, EVENT, DNS, POOL, TCP)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(EVENT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAME, AUTH, DNS, TLS, POOL, TCP)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(POOL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAME, AUTH, DNS, TLS, TCP)
        .check(CLASSES);
  }

  /** It is optional: whatever else needed it would not load without it. */
  @Test
  void onlyTheBinderKnowsMicrometer() {
    noClasses()
        .that()
        .doNotHaveSimpleName("MicrometerBinder")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void onlyTcpOpensSockets() {
    noClasses()
        .that()
        .resideOutsideOfPackage(TCP)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..")
        .check(CLASSES);
  }

  @Test
  void onlyTheResolverAsksDns() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(JndiResolver.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("javax.naming..")
        .check(CLASSES);
  }

  @Test
  void nobodySeesMoreOfTheEngineThanThePort() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tailrace.engine",
            "dev.tailrace.engine.core..",
            "dev.tailrace.engine.driver..",
            "dev.tailrace.engine.face..",
            "dev.tailrace.engine.token..")
        .check(CLASSES);
  }

  @Test
  void theImportIsNotEmpty() {
    assertThat(CLASSES.containPackage("dev.tailrace.wire.frame")).isTrue();
    assertThat(CLASSES.containPackage("dev.tailrace.wire.topology")).isTrue();
    assertThat(CLASSES.containPackage("dev.tailrace.wire.auth")).isTrue();
    assertThat(CLASSES.containPackage("dev.tailrace.wire.tls")).isTrue();
    assertThat(CLASSES.containPackage("dev.tailrace.wire.event")).isTrue();
    assertThat(CLASSES.containPackage("dev.tailrace.wire.pool")).isTrue();
  }
}
