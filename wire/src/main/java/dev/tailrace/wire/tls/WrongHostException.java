package dev.tailrace.wire.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A certificate that is believed, but is not for the host that showed it. */
final class WrongHostException extends CertificateException {

  private static final long serialVersionUID = 1L;

  /** Of {@code GeneralName} (RFC 5280, section 4.2.1.6): host names and addresses. */
  private static final List<Integer> HOSTS = List.of(2, 7);

  /** They are for a message, and a certificate may have thousands. */
  private static final int MAX_NAMES = 8;

  private final String names;

  WrongHostException(CertificateException refusal, X509Certificate certificate) {
    super(refusal.getMessage());
    this.names = namesIn(certificate);
  }

  /** Whom the certificate is for. */
  String names() {
    return names;
  }

  private static String namesIn(X509Certificate certificate) {
    try {
      @Nullable Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        return all.stream()
            .filter(name -> HOSTS.contains(name.get(0)))
            .limit(MAX_NAMES)
            .map(name -> String.valueOf(name.get(1)))
            .collect(Collectors.joining(", "));
      }
    } catch (CertificateParsingException e) {
      // The subject will have to do.
    }
    return certificate.getSubjectX500Principal().getName();
  }
}
