package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $cond}, {@code $ifNull}, {@code $switch}. */
final class ConditionalOperators {

  private static final Operation.Operator COND =
      OperatorTable.operator("$cond", 3, 3, ConditionalOperators::cond);

  private ConditionalOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add("$cond", ConditionalOperators::parseCond);
    table.add("$ifNull", ConditionalOperators::parseIfNull);
    table.add("$switch", Switch::parseSwitch);
  }

  private static Expression parseCond(BsonValue argument, ParseScope scope) {
    if (!(argument instanceof BsonDocument)) {
      return COND.parse(argument, scope);
    }
    ArgumentParser arguments =
        ArgumentParser.of(
                argument,
                List.of("if", "then", "else"),
                value -> new CommandFailure(17_080, ""),
                name -> new CommandFailure(17_083, "Unrecognized parameter to $cond: " + name))
            .require("if", 17_080, "Missing 'if' parameter to $cond")
            .require("then", 17_081, "Missing 'then' parameter to $cond")
            .require("else", 17_082, "Missing 'else' parameter to $cond");
    ImmutableList<Expression> operands =
        ImmutableList.of(
            arguments.parse("if", scope),
            arguments.parse("then", scope),
            arguments.parse("else", scope));
    return new Operation(COND, operands, scope.context());
  }

  private static @Nullable BsonValue cond(Operands operands) {
    return operands.get(Coercions.isTrue(operands.get(0)) ? 1 : 2);
  }

  private static Expression parseIfNull(BsonValue argument, ParseScope scope) {
    boolean oneReplacement = !scope.context().atLeast(5, 0);
    if (!oneReplacement) {
      int count = argument instanceof BsonArray array ? array.size() : 1;
      if (count < 2) {
        throw new CommandFailure(1_257_300, "$ifNull needs at least two arguments, had: " + count);
      }
    }
    return OperatorTable.operator(
            "$ifNull", 2, oneReplacement ? 2 : Operation.Operator.ANY, ConditionalOperators::ifNull)
        .parse(argument, scope);
  }

  private static @Nullable BsonValue ifNull(Operands operands) {
    for (int i = 0; i < operands.size() - 1; i++) {
      BsonValue value = operands.get(i);
      if (!BsonTypes.isNullish(value)) {
        return value;
      }
    }
    return operands.get(operands.size() - 1);
  }

  /** The first branch whose case is true. */
  private static final class Switch extends Expression {

    private record Branch(Expression when, Expression then) {
      Branch optimized() {
        return new Branch(when.optimized(), then.optimized());
      }
    }

    private final ImmutableList<Branch> branches;
    private final @Nullable Expression otherwise;

    private final boolean dropsDeadBranches;

    private Switch(
        ImmutableList<Branch> branches, @Nullable Expression otherwise, boolean dropsDeadBranches) {
      this.branches = branches;
      this.otherwise = otherwise;
      this.dropsDeadBranches = dropsDeadBranches;
    }

    static Expression parseSwitch(BsonValue argument, ParseScope scope) {
      if (!(argument instanceof BsonDocument object)) {
        throw new CommandFailure(
            40_060,
            "$switch requires an object as an argument, found: " + BsonTypes.name(argument));
      }
      ImmutableList<Branch> branches = ImmutableList.of();
      Expression otherwise = null;
      for (String name : object.keySet()) {
        BsonValue value = object.get(name);
        switch (name) {
          case "branches" -> branches = parseBranches(value, scope);
          case "default" -> otherwise = Expression.parse(value, scope);
          default -> throw new CommandFailure(40_067, "$switch found an unknown argument: " + name);
        }
      }
      if (branches.isEmpty()) {
        throw new CommandFailure(40_068, "$switch requires at least one branch.");
      }
      return new Switch(branches, otherwise, scope.context().atLeast(5, 0));
    }

    private static ImmutableList<Branch> parseBranches(BsonValue value, ParseScope scope) {
      if (!(value instanceof BsonArray array)) {
        throw new CommandFailure(
            40_061, "$switch expected an array for 'branches', found: " + BsonTypes.name(value));
      }
      ImmutableList.Builder<Branch> branches = ImmutableList.builder();
      for (BsonValue branch : array) {
        ArgumentParser arguments =
            ArgumentParser.of(
                    branch,
                    List.of("case", "then"),
                    other ->
                        new CommandFailure(
                            40_062,
                            "$switch expected each branch to be an object, found: "
                                + BsonTypes.name(other)),
                    name ->
                        new CommandFailure(
                            40_063, "$switch found an unknown argument to a branch: " + name))
                .require("case", 40_064, "$switch requires each branch have a 'case' expression")
                .require("then", 40_065, "$switch requires each branch have a 'then' expression.");
        branches.add(new Branch(arguments.parse("case", scope), arguments.parse("then", scope)));
      }
      return branches.build();
    }

    @Override
    public @Nullable BsonValue evaluate(Scope scope) {
      for (Branch branch : branches) {
        if (Coercions.isTrue(branch.when.evaluate(scope))) {
          return branch.then.evaluate(scope);
        }
      }
      if (otherwise == null) {
        throw new CommandFailure(
            40_066,
            "$switch could not find a matching branch for an input, and no default was specified.");
      }
      return otherwise.evaluate(scope);
    }

    @Override
    public Expression optimized() {
      return dropsDeadBranches ? withoutDeadBranches() : withAllBranches();
    }

    private Expression withAllBranches() {
      Expression optimizedOtherwise = otherwise == null ? null : otherwise.optimized();
      return new Switch(
          branches.stream().map(Branch::optimized).collect(ImmutableList.toImmutableList()),
          optimizedOtherwise,
          false);
    }

    /** From 5.0 on, branches that are never taken vanish, and with them their errors. */
    private Expression withoutDeadBranches() {
      Expression last = otherwise == null ? null : otherwise.optimized();
      ImmutableList.Builder<Branch> live = ImmutableList.builder();
      boolean anyLive = false;
      for (Branch branch : branches) {
        Expression when = branch.when.optimized();
        boolean always = when instanceof Constant constant && Coercions.isTrue(constant.value());
        if (always) {
          last = branch.then.optimized();
          break;
        }
        if (!when.isConstant()) {
          live.add(new Branch(when, branch.then.optimized()));
          anyLive = true;
        }
      }
      if (anyLive) {
        return new Switch(live.build(), last, true);
      }
      if (last == null) {
        throw new CommandFailure(
            40_069,
            "One cannot execute a switch statement where all the cases evaluate to false without a default.");
      }
      return last;
    }

    @Override
    List<Expression> children() {
      ImmutableList.Builder<Expression> children = ImmutableList.builder();
      branches.forEach(branch -> children.add(branch.when, branch.then));
      if (otherwise != null) {
        children.add(otherwise);
      }
      return children.build();
    }
  }
}
