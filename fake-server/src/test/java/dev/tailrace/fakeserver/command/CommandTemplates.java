package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableList;

/**
 * Commands as clients send them, at least one of each that the fake knows, with most of the fields
 * it takes. {@code admin|} before one names its database; else it is {@code d}. What is written in
 * angle brackets is filled in when it is sent.
 */
final class CommandTemplates {

  static final String SESSION = "lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa<n>'}}";

  private static final String TRANSACTION = SESSION + ", txnNumber: <txn>, autocommit: false";

  private static final String START = TRANSACTION + ", startTransaction: true";

  static final ImmutableList<String> ALL =
      ImmutableList.of(
          // Change streams and cursors.
          "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}}",
          "{aggregate: 'c', pipeline: [{$changeStream: {fullDocument: 'updateLookup', resumeAfter:"
              + " <token>}}, {$match: {operationType: 'insert'}}, {$project: {a: 1}}], cursor:"
              + " {batchSize: 2}, collation: {locale: 'en'}, readConcern: {level: 'majority'}}",
          "{aggregate: 1, pipeline: [{$changeStream: {startAfter: <token>}}, {$set: {x: 1}},"
              + " {$unset: 'y'}, {$changeStreamSplitLargeEvent: {}}], cursor: {batchSize: 0}, "
              + SESSION
              + "}",
          "admin|{aggregate: 1, pipeline: [{$changeStream: {allChangesForCluster: true,"
              + " showExpandedEvents: true, startAtOperationTime: {$timestamp: {t: 1767225600, i:"
              + " 1}}, fullDocumentBeforeChange: 'whenAvailable'}}], cursor: {}}",
          "{getMore: <cursor>, collection: 'c', batchSize: 3, maxTimeMS: 5, comment: 'x'}",
          "{getMore: <cursor>, collection: '$cmd.aggregate', maxTimeMS: 5, " + SESSION + "}",
          "{getMore: <cursor>, collection: 'e'}",
          "{killCursors: 'c', cursors: [<cursor>]}",
          // Queries.
          "{find: 'c', filter: {a: {$gt: 0}, $or: [{b: 1}, {b: null}]}, sort: {a: -1}, projection:"
              + " {a: 1}, skip: 1, limit: 5, batchSize: 1, singleBatch: false, collation: {locale:"
              + " 'en'}, hint: '_id_', min: {_id: 0}, max: {_id: 9}, returnKey: false, showRecordId:"
              + " false, noCursorTimeout: true, allowDiskUse: true, let: {v: 1}}",
          "{find: 'capped', tailable: true, awaitData: true, batchSize: 1}",
          "{find: 'c', batchSize: 1, " + SESSION + "}",
          "{find: 'v', filter: {a: 1}}",
          "{count: 'c', query: {a: 1}, limit: 1, skip: 1, hint: '_id_', collation: {locale: 'en'}}",
          "{distinct: 'c', key: 'a', query: {b: 1}, collation: {locale: 'en'}}",
          "{aggregate: 'c', pipeline: [<stage>, <stage>], cursor: {batchSize: 1}, allowDiskUse:"
              + " true, let: {v: 1}, hint: {_id: 1}, bypassDocumentValidation: true}",
          "{aggregate: 'c', pipeline: [<stage>, <stage>, <stage>], cursor: {}}",
          "{aggregate: 'v', pipeline: [<stage>], cursor: {}, readConcern: {level: 'local'}}",
          "{aggregate: 'c', pipeline: [{$changeStream: {}}, <stage>], cursor: {}}",
          "admin|{aggregate: 1, pipeline: [{$currentOp: {allUsers: true}}, <stage>], cursor: {}}",
          "{explain: {find: 'c', filter: {a: 1}}, verbosity: 'queryPlanner'}",
          "{explain: {aggregate: 'c', pipeline: [<stage>]}, verbosity: 'executionStats'}",
          // Writes.
          "{insert: 'c', documents: [{_id: <id>, a: 1, b: [1, {c: 2}]}, {a: 2}], ordered: false,"
              + " writeConcern: {w: 'majority', j: true, wtimeout: 5}, bypassDocumentValidation:"
              + " true}",
          "{insert: 'e', documents: [{_id: <id>}], " + SESSION + ", txnNumber: <txn>}",
          "{update: 'c', updates: [{q: {_id: <id>}, u: {$set: {a: 5, 'b.0': 1}, $inc: {n: 1},"
              + " $push: {l: {$each: [1], $slice: -2, $sort: 1}}, $unset: {z: 1}}, upsert: true,"
              + " collation: {locale: 'en'}, hint: {_id: 1}}], ordered: true, let: {v: 1}}",
          "{update: 'c', updates: [{q: {}, u: {$mul: {a: 2}, $rename: {x: 'y'}, $min: {m: 1}},"
              + " multi: true}, {q: {a: 1}, u: {$set: {'l.$[x]': 3}}, arrayFilters: [{x: 1}]}]}",
          "{update: 'c', updates: [{q: {_id: <id>}, u: [{$set: {a: {$concat: ['x', '$b']}}}]},"
              + " {q: {_id: <id>}, u: {a: 7}, upsert: true}]}",
          "{delete: 'c', deletes: [{q: {_id: <id>}, limit: 1, hint: '_id_', collation: {locale:"
              + " 'en'}}, {q: {a: 99}, limit: 0}], ordered: true}",
          "{findAndModify: 'c', query: {_id: <id>}, update: {$set: {f: 1}}, new: true, upsert: true,"
              + " fields: {a: 1}, sort: {a: 1}}",
          "{findandmodify: 'c', query: {a: 1}, remove: true, sort: {_id: 1}}",
          "admin|{bulkWrite: 1, ops: [{insert: 0, document: {_id: <id>}}, {update: 1, filter: {_id:"
              + " <id>}, updateMods: {$set: {b: 1}}, multi: false, upsert: true}, {delete: 0,"
              + " filter: {_id: <id>}, multi: false}], nsInfo: [{ns: 'd.c'}, {ns: 'd.e'}], ordered:"
              + " false, errorsOnly: true, cursor: {batchSize: 1}, let: {v: 1}}",
          // Transactions and sessions.
          "{insert: 'c', documents: [{_id: <id>}], readConcern: {level: 'snapshot'}, "
              + START
              + "}",
          "{update: 'c', updates: [{q: {_id: <id>}, u: {$set: {t: 1}}}], " + START + "}",
          "{find: 'c', " + START + "}",
          "{insert: 'e', documents: [{_id: <id>}], " + TRANSACTION + "}",
          "{delete: 'c', deletes: [{q: {_id: <id>}, limit: 1}], " + TRANSACTION + "}",
          "{aggregate: 'c', pipeline: [<stage>], cursor: {batchSize: 0}, " + TRANSACTION + "}",
          "{create: 't<n>', " + TRANSACTION + "}",
          "admin|{commitTransaction: 1, writeConcern: {w: 1}, " + TRANSACTION + "}",
          "admin|{abortTransaction: 1, " + TRANSACTION + "}",
          "{startSession: 1}",
          "{refreshSessions: [{id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa<n>'}}]}",
          "{endSessions: [{id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa<n>'}}]}",
          "{killSessions: [{id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa<n>'}}]}",
          "{killAllSessions: [{user: 'x', db: 'y'}]}",
          "{killAllSessionsByPattern: [{lsid: {id: {$uuid:"
              + " 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa<n>'}, uid: {$binary: {base64: '', subType:"
              + " '00'}}}}]}",
          // Catalog.
          "{create: 't<n>', capped: true, size: 4096, max: 5, validator: {a: {$exists: true}},"
              + " validationLevel: 'strict', validationAction: 'error', collation: {locale: 'en'},"
              + " changeStreamPreAndPostImages: {enabled: true}, writeConcern: {w: 1}}",
          "{create: 't<n>', clusteredIndex: {key: {_id: 1}, unique: true}, storageEngine: {},"
              + " indexOptionDefaults: {}}",
          "{create: 'w<n>', viewOn: 'c', pipeline: [<stage>], collation: {locale: 'en'}}",
          "{drop: 't<n>'}",
          "{drop: 'e'}",
          "{dropDatabase: 1}",
          "admin|{renameCollection: 'd.e', to: 'd.t<n>', dropTarget: true}",
          "admin|{renameCollection: 'd.t<n>', to: 'd.e', dropTarget: false}",
          "{convertToCapped: 't<n>', size: 4096}",
          "{collMod: 'c', validator: {}, validationLevel: 'off', validationAction: 'warn', index:"
              + " {name: 'a_1', hidden: true}, changeStreamPreAndPostImages: {enabled: true}}",
          "{collMod: 'v', viewOn: 'e', pipeline: [<stage>]}",
          "{collMod: 'c', recordPreImages: true}",
          "{createIndexes: 'c', indexes: [{key: {a: 1, 'b.c': -1}, name: 'a_1', unique: false,"
              + " sparse: true, partialFilterExpression: {a: {$gt: 1}}, collation: {locale: 'en'},"
              + " hidden: false, wildcardProjection: {a: 1}}], commitQuorum: 1}",
          "{createIndexes: 'e', indexes: [{key: {a: 1}, name: 'u', unique: true}]}",
          "{listIndexes: 'c', cursor: {batchSize: 1}}",
          "{dropIndexes: 'c', index: 'a_1'}",
          "{reIndex: 'c'}",
          "{deleteIndexes: 'c', index: ['*']}",
          "{listCollections: 1, filter: {name: 'c'}, nameOnly: true, cursor: {batchSize: 1}}",
          "admin|{listDatabases: 1, filter: {name: 'd'}, nameOnly: true}",
          // The server.
          "{hello: 1, helloOk: true, topologyVersion: {processId: {$oid: '6955b900fd9d6253473719b8'},"
              + " counter: {$numberLong: '1'}}, maxAwaitTimeMS: 1, saslSupportedMechs: 'a.b'}",
          "{isMaster: 1, client: {application: {name: 'x'}, driver: {name: 'x', version: '1'}, os:"
              + " {type: 'x'}}, compression: ['zlib']}",
          "{ismaster: 1}",
          "{ping: 1}",
          "{buildInfo: 1}",
          "{buildinfo: 1}",
          "{hostInfo: 1}",
          "{serverStatus: 1}",
          "{connectionStatus: 1, showPrivileges: true}",
          "{whatsmyuri: 1}",
          "{getnonce: 1}",
          "admin|{hello: 1, saslSupportedMechs: 'admin.u', speculativeAuthenticate: {saslStart: 1,"
              + " mechanism: 'SCRAM-SHA-256', payload: {$binary: {base64: 'biwsbj11LHI9eA==',"
              + " subType: '00'}}, db: 'admin', options: {skipEmptyExchange: true}}}",
          "admin|{saslStart: 1, mechanism: 'SCRAM-SHA-1', payload: {$binary: {base64:"
              + " 'biwsbj11LHI9eA==', subType: '00'}}, options: {skipEmptyExchange: true},"
              + " autoAuthorize: 1}",
          "admin|{saslContinue: 1, conversationId: 1, payload: {$binary: {base64: '', subType:"
              + " '00'}}}",
          "admin|{authenticate: 1, mechanism: 'MONGODB-X509', user: 'CN=u'}",
          "admin|{logout: 1}",
          "admin|{getCmdLineOpts: 1}",
          "admin|{getLog: 'global'}",
          "admin|{getParameter: 1, cursorTimeoutMillis: 1}",
          "admin|{setParameter: 1, cursorTimeoutMillis: 600000}",
          "admin|{setParameter: 1, transactionLifetimeLimitSeconds: 60, logLevel: 1, quiet: true}",
          "admin|{getClusterParameter: ['changeStreamOptions']}",
          "admin|{setClusterParameter: {changeStreamOptions: {preAndPostImages:"
              + " {expireAfterSeconds: 60}}}}",
          "admin|{setFeatureCompatibilityVersion: '8.2', confirm: true}",
          "admin|{currentOp: 1, op: 'getmore'}",
          "admin|{killOp: 1, op: 5}",
          "admin|{configureFailPoint: 'failCommand', mode: {times: 1}, data: {failCommands:"
              + " ['find'], errorCode: 11600, errorLabels: ['x'], closeConnection: false,"
              + " blockConnection: true, blockTimeMS: 1, writeConcernError: {code: 91, errmsg: 'x'},"
              + " appName: 'x', namespace: 'd.c'}}",
          "admin|{configureFailPoint: 'failGetMoreAfterCursorCheckout', mode: 'alwaysOn', data:"
              + " {errorCode: 6}}",
          "admin|{configureFailPoint: 'disableAwaitDataForGetMoreCmd', mode: {skip: 1}}",
          "admin|{waitForFailPoint: 'failCommand', timesEntered: 1, maxTimeMS: 5}",
          "admin|{replSetGetStatus: 1}",
          "admin|{replSetGetConfig: 1}",
          "admin|{replSetStepDown: 1, secondaryCatchUpPeriodSecs: 1, force: true}",
          "admin|{replSetFreeze: 0}",
          "admin|{shutdown: 1, force: true, timeoutSecs: 1}");

  /** Every stage, as pipelines have it. */
  static final ImmutableList<String> STAGES =
      ImmutableList.of(
          "{$match: {a: {$gte: 1}, $expr: {$eq: ['$a', '$$ROOT.a']}}}",
          "{$project: {a: 1, s: {$add: ['$a', 1]}}}",
          "{$addFields: {x: {$size: {$ifNull: ['$b', []]}}}}",
          "{$set: {x: '$a'}}",
          "{$unset: ['a', 'b']}",
          "{$replaceRoot: {newRoot: {a: '$a'}}}",
          "{$replaceWith: '$$ROOT'}",
          "{$redact: '$$KEEP'}",
          "{$sort: {a: 1, _id: -1}}",
          "{$skip: 1}",
          "{$limit: 2}",
          "{$sample: {size: 2}}",
          "{$unwind: {path: '$b', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i'}}",
          "{$group: {_id: '$a', n: {$sum: 1}, all: {$push: '$b'}, f: {$first: '$a'}}}",
          "{$bucketAuto: {groupBy: '$a', buckets: 2}}",
          "{$bucket: {groupBy: '$a', boundaries: [0, 1, 5], default: 'x'}}",
          "{$count: 'n'}",
          "{$sortByCount: '$a'}",
          "{$facet: {x: [{$match: {a: 1}}, {$count: 'n'}], y: [{$limit: 1}]}}",
          "{$lookup: {from: 'e', localField: 'a', foreignField: 'a', as: 'z'}}",
          "{$lookup: {from: 'e', let: {v: '$a'}, pipeline: [{$match: {$expr: {$eq: ['$$v',"
              + " '$a']}}}], as: 'z'}}",
          "{$graphLookup: {from: 'c', startWith: '$a', connectFromField: 'a', connectToField: 'b',"
              + " as: 'g', maxDepth: 2, depthField: 'd', restrictSearchWithMatch: {a: 1}}}",
          "{$unionWith: {coll: 'e', pipeline: [{$limit: 1}]}}",
          "{$out: 'o'}",
          "{$merge: {into: 'o', on: '_id', whenMatched: 'merge', whenNotMatched: 'insert'}}",
          "{$merge: {into: 'c', whenMatched: [{$set: {m: '$$new.a'}}]}}",
          "{$changeStream: {}}",
          "{$changeStreamSplitLargeEvent: {}}",
          "{$collStats: {count: {}, storageStats: {}}}",
          "{$currentOp: {}}",
          "{$geoNear: {near: [0, 0], distanceField: 'd'}}",
          "{$indexStats: {}}",
          "{$listLocalSessions: {allUsers: true}}",
          "{$listSessions: {}}",
          "{$planCacheStats: {}}",
          "{$documents: [{a: 1}]}",
          "{$densify: {field: 'a', range: {step: 1, bounds: 'full'}}}",
          "{$fill: {sortBy: {a: 1}, output: {b: {method: 'linear'}}}}",
          "{$setWindowFields: {sortBy: {a: 1}, output: {s: {$sum: '$a'}}}}",
          "{$search: {}}");

  private CommandTemplates() {}
}
