import java.util.HashSet;
import java.util.Set;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/** Runs the test classes named by its arguments. Prints for each test "@@", its name, a tab and how it went, for the shell. */
public final class SuiteListener extends RunListener {
  private final Set<String> told = new HashSet<>();

  public static void main(String[] classes) {
    JUnitCore core = new JUnitCore();
    core.addListener(new SuiteListener());
    for (String name : classes) {
      try {
        core.run(Class.forName(name));
      } catch (Throwable error) {
        System.out.println("\n@@" + name + "\tfailed");
        error.printStackTrace();
      }
    }
    System.exit(0);
  }

  @Override
  public void testFailure(Failure failure) {
    tell(failure.getDescription(), "failed");
    System.err.println("\n== " + nameOf(failure.getDescription()) + "\n" + failure.getTrace());
  }

  @Override
  public void testAssumptionFailure(Failure failure) {
    tell(failure.getDescription(), "skipped");
  }

  @Override
  public void testIgnored(Description test) {
    tell(test, "skipped");
  }

  @Override
  public void testFinished(Description test) {
    tell(test, "passed");
  }

  private void tell(Description test, String verdict) {
    if (told.add(nameOf(test))) System.out.println("\n@@" + nameOf(test) + "\t" + verdict);
  }

  private static String nameOf(Description test) {
    String name = test.getClassName().replace("net.spy.memcached.", "");
    return test.getMethodName() == null ? name : name + "." + test.getMethodName();
  }
}
